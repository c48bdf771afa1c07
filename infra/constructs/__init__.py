"""What stacks are made of: a function with its role and log, a queue with its dead letters, a layer's asset."""
