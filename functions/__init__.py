"""What the cloud calls: one file, one Lambda, one route (or one queue, stream, schedule)."""
