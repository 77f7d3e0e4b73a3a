namespace NodeAgent.Linux.Services;

/// <summary>What was seen of a part.</summary>
/// <param name="Condition">How it is.</param>
/// <param name="Reason">In whose words.</param>
public sealed record PartSight(PartCondition Condition, string Reason);
