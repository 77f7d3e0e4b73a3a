namespace NodeAgent.Plugins.CephBackend.Plans;

/// <summary>How a pool would be laid out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsErasure">True for k + m chunks.</param>
/// <param name="DataChunks">k; 1 for copies.</param>
/// <param name="Size">Copies, or k + m.</param>
/// <param name="MinSize">With fewer it takes no writes.</param>
/// <param name="Groups">Placement groups.</param>
/// <param name="UsableBytes">What fits if all raw room were its own, with the reserve for one node kept.</param>
/// <param name="Survives">What it survives, a sentence.</param>
/// <param name="Warnings">What speaks against it, each a sentence.</param>
/// <param name="Steps">What makes it, in order.</param>
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
    IReadOnlyList<MonitorStep> Steps)
{
    /// <summary>What makes it, as an operator would type it.</summary>
    public IEnumerable<string> Commands => Steps.Select(step => step.Text);

    /// <summary>The pools that it consists of.</summary>
    public IReadOnlyList<string> Pools => IsErasure ? [Name, Name + "-data"] : [Name];

    /// <summary>The layout in a few words.</summary>
    public string Shape => IsErasure
        ? $"EC {DataChunks}+{Size - DataChunks} over hosts (data in {Name}-data), min_size {MinSize}, {Groups} groups; metadata: 3 copies"
        : $"{Size} copies over hosts, min_size {MinSize}, {Groups} groups";
}
