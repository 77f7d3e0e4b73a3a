using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;
using NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Roles;

/// <summary>Closes the pool in order: both halves say so, and another node can open them without asking who is alive.</summary>
internal sealed class Demotion(Parts parts, Release release)
{
    public async Task<Outcome> RunAsync(string what, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        // While a drive of the peer is out of reach, closing would wait for it for ever.
        if (parts.Connections.Dark(parts.Connections.Look()).Count > 0)
        {
            var released = await release.RunAsync(what, cancellation);
            if (!released.IsOk)
            {
                return released;
            }
        }

        // The next importer waits as long as these say.
        _ = parts.Knobs.Set(MultihostTiming.Handover);
        progress?.Report(new OperationProgress("exporting", null, null, CanCancel: false));
        var exported = await parts.Tool.ChangeAsync(what, "zpool", ["export", parts.Options.Pool], cancellation);
        _ = parts.Knobs.Set(MultihostTiming.Steady);
        if (!exported.IsOk)
        {
            return exported.Fault;
        }

        if (parts.Tool.IsImported)
        {
            return new Fault(FaultCode.Internal, what, "the pool is still imported after its export", $"Look at 'zpool status {parts.Options.Pool}'.", Retry.AfterLook);
        }

        progress?.Report(new OperationProgress("disconnecting", null, null, CanCancel: false));
        return await parts.Connections.DisconnectAsync(parts.Connections.Look(), cancellation);
    }
}
