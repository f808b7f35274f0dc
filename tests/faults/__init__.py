"""What a run keeps when its disk fails or its process is killed."""
