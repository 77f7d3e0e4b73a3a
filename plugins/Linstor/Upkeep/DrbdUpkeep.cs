using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>Looks at all resources with one run of drbdsetup, then does for each what is due. All faults are told, the first as such.</summary>
internal sealed class DrbdUpkeep(Parts parts, IReadOnlyDictionary<string, ResourceUpkeep> resources) : IUpkeep
{
    public async Task<Outcome> KeepAsync(CancellationToken cancellation)
    {
        var states = await parts.Tool.DumpAsync("cannot look after resources", cancellation);
        if (!states.IsOk)
        {
            return states.Fault;
        }

        // Each for itself: the store may be slow for one, and another's writes wait.
        var kept = await Task.WhenAll(resources.Select(entry => entry.Value.KeepAsync(states.Value.GetValueOrDefault(entry.Key), cancellation)));
        var faults = kept.Where(outcome => !outcome.IsOk).Select(outcome => outcome.Fault!).ToList();
        return faults.Count switch
        {
            0 => Outcome.Done,
            1 => faults[0],
            _ => faults[0] with { Why = $"{faults[0].Why}; also {string.Join("; ", faults.Skip(1).Select(fault => $"{fault.What}: {fault.Why}"))}" },
        };
    }

    public Task<Outcome<IReadOnlyList<UpkeepReport>>> ReadReportsAsync(CancellationToken cancellation) =>
        Task.FromResult(Outcome.Ok<IReadOnlyList<UpkeepReport>>([.. resources.Values.Select(resource => resource.Report).OfType<UpkeepReport>()]));

    /// <summary>How long writes of a resource have waited for the peer; null: they do not.</summary>
    public TimeSpan? FrozenFor(string resource) => resources[resource].FrozenFor;
}
