using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Compares;

/// <summary>Two snapshots of a volume.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="From">The older one.</param>
/// <param name="To">The newer one.</param>
internal sealed record ComparePair(VolumeId Volume, string From, string To)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Volume} from {From} to {To}";
}
