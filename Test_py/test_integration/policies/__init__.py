"""What functions were seen to ask of AWS, held against what they may and what the documents say that it costs."""
