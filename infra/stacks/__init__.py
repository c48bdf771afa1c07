"""The stacks, in the order in which they are deployed: data, identity, messaging, api, one per context, stage,
observability.
"""
