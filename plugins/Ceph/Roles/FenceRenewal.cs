using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Roles;

/// <summary>
/// Looks after the entries of old clients. Each holds for years by itself; what somebody took off by hand, or an older
/// agent made for hours, is made anew while the unit is open here. Those that lived on this node before it started anew
/// are taken off: they are gone.
/// </summary>
internal sealed class FenceRenewal : IDisposable
{
    private readonly UnitGate gate;
    private readonly ITimer timer;

    public FenceRenewal(UnitGate gate)
    {
        this.gate = gate;
        var every = gate.Options.FenceKept / 4 < TimeSpan.FromDays(1) ? gate.Options.FenceKept / 4 : TimeSpan.FromDays(1);
        timer = gate.Context.Time.CreateTimer(_ => _ = RunAsync(CancellationToken.None), null, every, every);
    }

    /// <summary>Renews the entries of all units that are held here.</summary>
    public async Task RenewAsync(CancellationToken cancellation)
    {
        foreach (var unit in gate.Held.Keys)
        {
            var what = $"cannot renew who is shut out of {unit}";
            Tell(await gate.ChangeAsync(new UnitId(gate.Context.Id, unit), what, (c, e) => Renew(c, e, unit, what), cancellation));
        }
    }

    /// <summary>Takes off the entries of clients that lived on this node before its last start, whoever holds their units.</summary>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        const string What = "cannot see who is shut out";
        var units = await gate.LookAsync(What, Waiting, cancellation);
        Tell(units);
        foreach (var unit in units.IsOk ? units.Value : [])
        {
            var what = $"cannot let go of who was shut out of {unit} and is gone";
            Tell(await gate.ChangeAsync(new UnitId(gate.Context.Id, unit), what, (c, e) => Release(c, e, unit, what), cancellation));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private async Task RunAsync(CancellationToken cancellation)
    {
        await RenewAsync(cancellation);
        await ReleaseAsync(cancellation);
    }

    private long Now => gate.Context.Time.GetUtcNow().ToUnixTimeSeconds();

    private void Tell<T>(Outcome<T> done)
    {
        if (!done.IsOk)
        {
            gate.Context.Log.Write(Severity.Warning, done.Fault.ToString());
        }
    }

    private Outcome<bool> Renew(Connection connection, UnitEntries entries, string unit, string what)
    {
        if (entries.Unit is not { } stored || stored.Record.Fenced.Count == 0 || !gate.Held.ContainsKey(unit))
        {
            return true;
        }

        var (now, whole) = (Now, (long)CephOptions.ShutOutFor.TotalSeconds);
        var next = stored.Record.Fenced.Select(client => client.Until - now < whole / 2 ? client with { Until = now + whole } : client).ToList();
        foreach (var client in next)
        {
            var added = Blocklist.Add(connection, client.Address, TimeSpan.FromSeconds(client.Until - now), what);
            if (!added.IsOk)
            {
                return added.Fault;
            }
        }

        return next.SequenceEqual(stored.Record.Fenced) ? true : Change(connection, stored, unit, next, what);
    }

    private Outcome<IReadOnlyList<string>> Waiting(Connection connection)
    {
        const string What = "cannot see who is shut out";
        try
        {
            return gate.Index.Read(connection.Io, Keys.Units, What).Map<IReadOnlyList<string>>(all =>
                [.. UnitIndex.Named(all, Keys.Units, RecordJson.Default.UnitRecord).Where(unit => unit.Value.Record.Fenced.Any(IsGone)).Select(unit => unit.Key)]);
        }
        catch (System.Text.Json.JsonException wrong)
        {
            return UnitIndex.Unreadable(What, wrong);
        }
    }

    private Outcome<bool> Release(Connection connection, UnitEntries entries, string unit, string what)
    {
        var gone = entries.Unit?.Record.Fenced.Where(IsGone).ToList() ?? [];
        foreach (var client in gone)
        {
            var removed = Blocklist.Remove(connection, client.Address, what);
            if (!removed.IsOk)
            {
                return removed.Fault;
            }
        }

        return gone.Count == 0 ? true : Change(connection, entries.Unit!, unit, [.. entries.Unit!.Record.Fenced.Except(gone)], what);
    }

    // Its node started anew since, and long enough ago that nothing of it is under way any more.
    private bool IsGone(FencedClient client) =>
        gate.Home is { } here && client.Home is { } home && home != here && home.Split(' ')[0] == gate.Context.Node.Value
        && client.Until - (long)CephOptions.ShutOutFor.TotalSeconds + (long)gate.Options.FenceKept.TotalSeconds <= Now;

    private Outcome<bool> Change(Connection connection, Stored<UnitRecord> stored, string unit, IReadOnlyList<FencedClient> fenced, string what)
    {
        var told = gate.Index.Change(
            connection.Io, [new IndexEntry(Keys.Unit(unit), stored.Bytes)],
            [new IndexEntry(Keys.Unit(unit), UnitIndex.Bytes(stored.Record with { Fenced = fenced }))], what);
        return told.IsOk ? true : told.Fault;
    }
}
