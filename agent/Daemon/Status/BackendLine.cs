using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>A backend as its node sees it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Plugin">Which plugin it is of.</param>
/// <param name="State">The plugin host's word: "ready", "degraded", "quarantined".</param>
/// <param name="Health">What probing it said.</param>
/// <param name="Version">The storage's own version; empty if it has none.</param>
/// <param name="Remarks">What an operator should know.</param>
/// <param name="Pools">Its pools.</param>
/// <param name="RefreshedAt">When this was looked at; null if it never could be.</param>
public sealed record BackendLine(
    BackendId Id,
    string Plugin,
    string State,
    HealthLevel Health,
    string Version,
    IReadOnlyList<string> Remarks,
    IReadOnlyList<PoolReport> Pools,
    DateTimeOffset? RefreshedAt)
{
    /// <summary>What copies had beyond their writer, put away here until an operator deletes it.</summary>
    public IReadOnlyList<KeptHead> Kept { get; init; } = [];
}
