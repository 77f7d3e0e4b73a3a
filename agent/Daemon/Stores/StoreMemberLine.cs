using NodeAgent.Contract;

namespace NodeAgent.Daemon.Stores;

/// <summary>One member of the store.</summary>
/// <param name="Name">Its name; empty if nobody could tell.</param>
/// <param name="Endpoint">Where it is reached, or the file.</param>
/// <param name="HasLeader">Whether it follows or is a leader.</param>
/// <param name="IsLeader">Whether it is the leader.</param>
/// <param name="IsLearner">True for a new member that has no vote yet.</param>
/// <param name="LatencyMs">How long its answer took, in milliseconds; null if there was none.</param>
/// <param name="StoredBytes">The size of its database.</param>
/// <param name="Version">Its version.</param>
/// <param name="Problem">Why it could not be asked; null if it could.</param>
public sealed record StoreMemberLine(
    string Name, string Endpoint, Answer HasLeader, Answer IsLeader, bool IsLearner, double? LatencyMs, long StoredBytes, string Version, string? Problem);
