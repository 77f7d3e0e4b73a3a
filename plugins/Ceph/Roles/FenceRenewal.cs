using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Roles;

/// <summary>
/// Looks after the entries of old clients. Each holds for years by itself; what somebody took off by hand, or an older
/// agent made for hours, is made anew while the unit is open here. None is ever taken off: that a node of that name has started
/// anew does not prove that the machine it was before is gone, and an entry is some fifty bytes.
/// </summary>
internal sealed class FenceRenewal : IDisposable
{
    // Late enough for an agent that was started anew to have taken on what it had open.
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    private readonly UnitGate gate;
    private readonly ITimer timer;

    public FenceRenewal(UnitGate gate)
    {
        this.gate = gate;
        var every = gate.Options.FenceKept / 4 < TimeSpan.FromDays(1) ? gate.Options.FenceKept / 4 : TimeSpan.FromDays(1);
        timer = gate.Context.Time.CreateTimer(_ => _ = RenewAsync(CancellationToken.None), null, First < every ? First : every, every);
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

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

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
        var added = Blocklist.ShutOut(connection, next.Select(client => client.Address), DateTimeOffset.FromUnixTimeSeconds(now), what);
        if (!added.IsOk)
        {
            return added.Fault;
        }

        return next.SequenceEqual(stored.Record.Fenced) ? true : Change(connection, stored, unit, next, what);
    }

    private Outcome<bool> Change(Connection connection, Stored<UnitRecord> stored, string unit, IReadOnlyList<FencedClient> fenced, string what)
    {
        var told = gate.Index.Change(
            connection.Io, [new IndexEntry(Keys.Unit(unit), stored.Bytes)],
            [new IndexEntry(Keys.Unit(unit), UnitIndex.Bytes(stored.Record with { Fenced = fenced }))], what);
        return told.IsOk ? true : told.Fault;
    }
}
