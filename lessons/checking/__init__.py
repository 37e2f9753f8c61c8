"""What all lessons' checks share."""
