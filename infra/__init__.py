"""Where the declarations become a deployed shop: CDK, packaging and the laptop cloud."""
