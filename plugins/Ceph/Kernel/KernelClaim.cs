using NodeAgent.Plugins.CephBackend.Roles;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>What was claimed of a unit before its devices are mapped.</summary>
/// <param name="Promotion">Goes on telling the index.</param>
/// <param name="Held">This process's own instance.</param>
/// <param name="Volumes">Those to map.</param>
/// <param name="Epoch">The map of the cluster that shuts everybody else out.</param>
/// <param name="Fsid">The cluster.</param>
internal sealed record KernelClaim(Promotion Promotion, HeldUnit Held, IReadOnlyList<string> Volumes, long Epoch, string Fsid) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Held.Dispose();
}
