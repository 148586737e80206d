"""What the controller has to declare: the record of processing and the assessment of its impact, made from code and settings."""
