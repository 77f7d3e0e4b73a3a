namespace NodeAgent.Plugins.CephBackend.Plans;

/// <summary>How a pool would be laid out.</summary>
/// <param name="Name">Its name; of a data pool that of its intent.</param>
/// <param name="IsErasure">True for k + m chunks.</param>
/// <param name="DataChunks">k; 1 for copies.</param>
/// <param name="Size">Copies, or k + m.</param>
/// <param name="MinSize">With fewer it takes no writes.</param>
/// <param name="Groups">Placement groups.</param>
/// <param name="UsableBytes">What fits if all raw room were its own, with the reserve for one node kept.</param>
/// <param name="Survives">What it survives, a sentence.</param>
/// <param name="Warnings">What speaks against it, each a sentence.</param>
/// <param name="Commands">What makes it, in order; the operator runs them.</param>
internal sealed record PoolPlan(
    string Name,
    bool IsErasure,
    int DataChunks,
    int Size,
    int MinSize,
    int Groups,
    long UsableBytes,
    string Survives,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Commands);
