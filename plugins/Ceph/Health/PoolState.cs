namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>A pool of the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Copies, or data and coding chunks together.</param>
/// <param name="MinSize">With fewer it takes no writes.</param>
/// <param name="DataChunks">k of an erasure-coded pool; 1 for copies.</param>
/// <param name="IsErasure">True for k + m chunks, false for copies.</param>
/// <param name="IsFull">True if the cluster has marked it full.</param>
/// <param name="StoredBytes">What users stored; null if nobody told.</param>
/// <param name="AvailableBytes">What they still can; null if nobody told.</param>
internal sealed record PoolState(
    string Name, int Size, int MinSize, int DataChunks, bool IsErasure, bool IsFull, long? StoredBytes, long? AvailableBytes)
{
    /// <summary>How many copies or chunks one host may have at most, by its CRUSH rule; null if nobody told, or the rule is not understood.</summary>
    public int? PerHost { get; init; }

    /// <summary>Losses after which all data is still there.</summary>
    public int Survives => Size - DataChunks;

    /// <summary>Losses up to which it takes writes.</summary>
    public int WritesWithout => Size - MinSize;
}
