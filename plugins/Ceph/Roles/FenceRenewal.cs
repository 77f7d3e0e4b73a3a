using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Roles;

/// <summary>
/// Keeps old clients shut out while the unit is open here: Ceph forgets an entry after its time, and a machine that was
/// suspended may come back after that.
/// </summary>
internal sealed class FenceRenewal : IDisposable
{
    private readonly UnitGate gate;
    private readonly ITimer timer;

    public FenceRenewal(UnitGate gate)
    {
        this.gate = gate;
        var every = gate.Options.FenceKept / 4;
        timer = gate.Context.Time.CreateTimer(_ => _ = RenewAsync(CancellationToken.None), null, every, every);
    }

    /// <summary>Renews the entries of all units that are held here.</summary>
    public async Task RenewAsync(CancellationToken cancellation)
    {
        foreach (var unit in gate.Held.Keys)
        {
            var what = $"cannot renew who is shut out of {unit}";
            var renewed = await gate.ChangeAsync(new UnitId(gate.Context.Id, unit), what, (c, e) => Renew(c, e, unit, what), cancellation);
            if (!renewed.IsOk)
            {
                gate.Context.Log.Write(Severity.Warning, renewed.Fault.ToString());
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private Outcome<bool> Renew(Connection connection, UnitEntries entries, string unit, string what)
    {
        if (entries.Unit is not { } stored || stored.Record.Fenced.Count == 0 || !gate.Held.ContainsKey(unit))
        {
            return true;
        }

        var until = gate.Context.Time.GetUtcNow().Add(gate.Options.FenceKept).ToUnixTimeSeconds();
        foreach (var client in stored.Record.Fenced)
        {
            var added = Blocklist.Add(connection, client.Address, gate.Options.FenceKept + TimeSpan.FromMinutes(1), what);
            if (!added.IsOk)
            {
                return added.Fault;
            }
        }

        var next = stored.Record with { Fenced = [.. stored.Record.Fenced.Select(f => f with { Until = until })] };
        var told = gate.Index.Change(
            connection.Io, [new IndexEntry(Keys.Unit(unit), stored.Bytes)], [new IndexEntry(Keys.Unit(unit), UnitIndex.Bytes(next))], what);
        return told.IsOk ? true : told.Fault;
    }
}
