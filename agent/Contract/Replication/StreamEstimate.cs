namespace NodeAgent.Contract;

/// <summary>What a stream will be.</summary>
/// <param name="Bytes">About how many bytes; null if unknown.</param>
/// <param name="ToGuid">The snapshot that it leads to. Tells what a resume token would complete.</param>
public sealed record StreamEstimate(long? Bytes, string ToGuid);
