"""Stock: what is there, what is promised to whom, and how it came to be so."""
