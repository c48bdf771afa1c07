"""Read models: what was sold, what lies in the house, what each customer bought. Made of events, anew if need be."""
