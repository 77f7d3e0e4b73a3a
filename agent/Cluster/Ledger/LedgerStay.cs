namespace NodeAgent.Cluster.Ledger;

/// <summary>This node's stay as this process holds it.</summary>
/// <param name="Session">Its number.</param>
/// <param name="BootId">The kernel's boot id.</param>
/// <param name="Length">Of the long lease.</param>
/// <param name="Lease">The long lease.</param>
/// <param name="Presence">The short one; replaced when it is gone.</param>
/// <param name="Key">That nobody touched the stay's key since it was written.</param>
internal sealed record LedgerStay(long Session, string BootId, TimeSpan Length, LeaseId Lease, LeaseId Presence, StoreCondition Key);
