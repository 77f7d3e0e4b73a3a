namespace NodeAgent.Plugins.CephBackend.Compares;

/// <summary>What came of comparing since this agent started.</summary>
/// <param name="Done">How many were compared.</param>
/// <param name="Progress">Of the one that is under way, 0 to 1; null if none is.</param>
/// <param name="LastAt">When the last one ended; null if none did.</param>
/// <param name="Difference">What the last one that was not right had missed; null if all were right.</param>
internal sealed record CompareSight(int Done, double? Progress, DateTimeOffset? LastAt, string? Difference);
