"""What a person reads of each study, one folder a study."""
