// guidance
