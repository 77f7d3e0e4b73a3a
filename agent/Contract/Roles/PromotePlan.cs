namespace NodeAgent.Contract;

/// <summary>What promoting this node's copy would mean.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Snapshot">The newest complete snapshot, which would become the head; null where the storage needs none.</param>
/// <param name="Loss">What would be lost.</param>
/// <param name="Steps">What would be done, each a sentence.</param>
/// <param name="Blockers">What makes it impossible now, each a sentence; empty if it can be done.</param>
public sealed record PromotePlan(
    UnitId Unit,
    string? Snapshot,
    LossEstimate Loss,
    IReadOnlyList<string> Steps,
    IReadOnlyList<string> Blockers);
