namespace NodeAgent.Cluster.Ledger;

/// <summary>A stay that is in the store.</summary>
/// <param name="Session">Its number.</param>
/// <param name="Lease">The length of its lease: how long after its last renewal others wait.</param>
public sealed record StayFound(long Session, TimeSpan Lease);
