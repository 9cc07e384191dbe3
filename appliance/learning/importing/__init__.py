"""Labels from before the appliance came: listed, understood, taken over."""
