using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend;

/// <summary>All that has to be looked after, one after the other. A fault of one keeps no other from its turn.</summary>
internal sealed class CephUpkeep(params IReadOnlyList<IUpkeep> parts) : IUpkeep
{
    /// <inheritdoc/>
    public async Task<Outcome> KeepAsync(CancellationToken cancellation)
    {
        var done = Outcome.Done;
        foreach (var part in parts)
        {
            var kept = await part.KeepAsync(cancellation);
            done = done.IsOk ? kept : done;
        }

        return done;
    }
}
