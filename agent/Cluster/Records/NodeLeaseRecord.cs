namespace NodeAgent.Cluster.Records;

/// <summary>A node that is alive, or was until its lease ended. The record stays; the key of the same node under a lease goes.</summary>
/// <param name="BootId">The kernel's boot id.</param>
/// <param name="GrantedSeconds">The length of its lease.</param>
/// <param name="Lease">The store's number of the lease.</param>
/// <param name="Armed">True if the guard held the watchdog when this was written.</param>
/// <param name="WatchdogDevice">Which watchdog; null if there is none.</param>
/// <param name="WatchdogSeconds">Its timeout, as read back from the device; zero if there is none.</param>
/// <param name="ResetWithinSeconds">Within how long after its lease's last renewal the node surely is reset; zero if that is not sure.</param>
/// <param name="Version">The agent's version.</param>
/// <param name="WriteId">Which write this was.</param>
public sealed record NodeLeaseRecord(
    string BootId, double GrantedSeconds, string Lease, bool Armed, string? WatchdogDevice, double WatchdogSeconds, double ResetWithinSeconds, string Version, string WriteId);
