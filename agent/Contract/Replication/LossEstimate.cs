namespace NodeAgent.Contract;

/// <summary>What would be lost if a copy became the writer's.</summary>
/// <param name="Confidence">How sure this is.</param>
/// <param name="DataAsOf">Writes acknowledged before this time are in the copy; null if that cannot be said.</param>
/// <param name="Evidence">What it rests on: "snapshot na-3-118, guid 1234 read back on n2".</param>
public sealed record LossEstimate(LossConfidence Confidence, DateTimeOffset? DataAsOf, string Evidence)
{
    /// <summary>Nothing can be said, and why.</summary>
    public static LossEstimate Unknown(string evidence) => new(LossConfidence.Unknown, null, evidence);
}
