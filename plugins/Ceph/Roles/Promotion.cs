using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Mirrors;

namespace NodeAgent.Plugins.CephBackend.Roles;

/// <summary>
/// A change of writer. The epoch is stored first: from then on the old writer's changes of the index fail. Then every
/// client that may have an image open is shut out and the map that says so awaited; only then are images opened.
/// </summary>
internal sealed class Promotion(UnitGate gate, Connection connection, UnitId unit, WriteGrant grant, string what)
{
    private UnitRecord record = new(0, "", false, [], [], null);
    private byte[] bytes = [];
    private UnitEntries? stored;
    private IReadOnlyDictionary<string, string> ids = new Dictionary<string, string>();

    /// <summary>Promotes a unit that there is.</summary>
    public Outcome<HeldUnit> Run(UnitEntries entries, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var claimed = Claim(entries, [], progress, cancellation);
        if (!claimed.IsOk)
        {
            return claimed;
        }

        var held = claimed.Value;
        var attached = Attach(held, entries.Made, progress, cancellation);
        if (attached is null)
        {
            gate.Held[unit.Name] = held;
            return held;
        }

        held.Dispose();
        return attached;
    }

    /// <summary>All but opening the images: the epoch is stored, everybody else shut out, and this process's new instance told.</summary>
    /// <param name="entries">The unit as the index has it.</param>
    /// <param name="others">Clients to shut out besides those that are found.</param>
    /// <param name="progress">Told the phases.</param>
    /// <param name="cancellation">Between phases.</param>
    public Outcome<HeldUnit> Claim(UnitEntries entries, IEnumerable<string> others, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        if (SourceCheck.Refuse(connection, unit, entries, what) is { } elsewhere)
        {
            return elsewhere;
        }

        var images = KnownImages.Check(connection.Io, gate.Options.Pool, unit.Name, entries, what);
        if (!images.IsOk)
        {
            return images.Fault;
        }

        (stored, ids) = (entries, images.Value);
        record = entries.Unit!.Record;
        bytes = entries.Unit.Bytes;
        gate.LetGo(unit.Name);
        Report(progress, "storing the epoch", cancellation);
        if (Store(connection, record with { Epoch = grant.Epoch.Value, Holder = grant.Holder.Value, IsOpen = true }) is { } refused)
        {
            return refused;
        }

        Report(progress, "shutting out", cancellation);
        var volumes = entries.Made.ToList();
        var fenced = ShutOut(volumes, others);
        if (!fenced.IsOk)
        {
            return fenced.Fault;
        }

        Report(progress, "connecting", cancellation);
        return Open(fenced.Value);
    }

    /// <summary>Tells the kernel's client instances besides this process's own. Fails if anybody was promoted meanwhile.</summary>
    public Fault? Enlist(HeldUnit held, IEnumerable<string> kernel) =>
        Store(held.Connection, record with { Clients = [held.Connection.Address, .. kernel], Home = gate.Home });

    /// <summary>Opens the images, and looks whether anybody was promoted meanwhile.</summary>
    public Fault? Attach(HeldUnit held, IEnumerable<string> volumes) => Attach(held, volumes, null, CancellationToken.None);

    /// <summary>Makes a unit that there is not, without volumes, and holds it.</summary>
    public Outcome<HeldUnit> Begin()
    {
        // Nobody can have it open: its epoch and who may open it are stored in one.
        record = new UnitRecord(grant.Epoch.Value, grant.Holder.Value, IsOpen: true, [], [], null);
        var opened = Open([]);
        if (opened.IsOk)
        {
            gate.Held[unit.Name] = opened.Value;
        }

        return opened;
    }

    private static void Report(IProgress<OperationProgress>? progress, string phase, CancellationToken cancellation)
    {
        progress?.Report(new OperationProgress(phase, null, null, CanCancel: true));
        cancellation.ThrowIfCancellationRequested();
    }

    private Outcome<IReadOnlyList<FencedClient>> ShutOut(IReadOnlyList<string> volumes, IEnumerable<string> others)
    {
        var clients = new HashSet<string>(record.Clients.Concat(others), StringComparer.Ordinal);
        foreach (var volume in volumes)
        {
            var found = ClientsOf(volume);
            if (!found.IsOk)
            {
                return found.Fault;
            }

            clients.UnionWith(found.Value);
        }

        clients.Remove(connection.Address);
        var (told, home) = (record.Clients.ToHashSet(StringComparer.Ordinal), record.Home);

        // Fails if anybody was promoted meanwhile: then one of these may be the newer writer.
        if (Store(connection, record with { Clients = [.. clients.Order(StringComparer.Ordinal)], Home = clients.IsSubsetOf(told) ? home : "" }) is { } overtaken)
        {
            return overtaken;
        }

        var now = gate.Context.Time.GetUtcNow();
        var until = now.Add(CephOptions.ShutOutFor).ToUnixTimeSeconds();
        var fenced = record.Fenced.Where(f => f.Until > now.ToUnixTimeSeconds() && !clients.Contains(f.Address)).ToList();
        var added = Blocklist.ShutOut(connection, clients.Concat(fenced.Select(f => f.Address)), now, what, mapped: [.. others]);
        if (!added.IsOk)
        {
            return added.Fault;
        }

        foreach (var client in clients.Order(StringComparer.Ordinal))
        {
            fenced.Add(new FencedClient(client, until, told.Contains(client) ? home : null));
            gate.Context.Log.Write(Severity.Information, $"{unit}: shut out client {client} for epoch {grant.Epoch}");
        }

        var known = connection.WaitForMap(what);
        return known.IsOk ? fenced : known.Fault;
    }

    private Outcome<IReadOnlySet<string>> ClientsOf(string volume)
    {
        var image = ImageCalls.Open(connection.Io, Keys.Image(unit.Name, volume), null, write: false, what);
        if (!image.IsOk)
        {
            return image.Fault;
        }

        using (image.Value)
        {
            return ImageCalls.Clients(image.Value, what);
        }
    }

    // The address is in the index before the first image is open: a client that never wrote has no lock, and one that is
    // frozen loses its watch, but this list it cannot leave.
    private Outcome<HeldUnit> Open(IReadOnlyList<FencedClient> fenced)
    {
        var own = Connection.Open(gate.Options, what);
        if (!own.IsOk)
        {
            return own.Fault;
        }

        var held = new HeldUnit(unit.Name, own.Value, gate.Options.Opening == Opening.Library) { Epoch = grant.Epoch.Value, RollingBack = record.RollingBack };
        var wrong = own.Value.Address.Length == 0
            ? new Fault(FaultCode.Unsupported, what, "this Ceph does not tell a client its own address, so it could not be shut out", "Upgrade librados.", Retry.AfterFix)
            : Store(connection, record with { Clients = [own.Value.Address], Fenced = fenced, Home = gate.Home });
        wrong ??= own.Value.WaitForMap(what).Fault;
        if (wrong is null)
        {
            return held;
        }

        held.Dispose();
        return wrong;
    }

    private Fault? Attach(HeldUnit held, IEnumerable<string> volumes, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        foreach (var volume in volumes)
        {
            try
            {
                Report(progress, "opening " + volume, cancellation);
            }
            catch (OperationCanceledException)
            {
                held.Dispose();
                throw;
            }

            var attached = held.Attach(volume, what);
            attached = attached.IsOk && ids.GetValueOrDefault(volume) is { } id && held.IdOf(volume) != id ? ExchangedImages.Refuse(unit.Name, [volume], what) : attached;
            attached = attached.IsOk ? Mark(held, volume) : attached;
            if (!attached.IsOk)
            {
                return attached.Fault;
            }
        }

        // librbd shuts out once more, for an hour, whose lock it takes over.
        var shutOut = Blocklist.ShutOut(held.Connection, record.Fenced.Select(f => f.Address), gate.Context.Time.GetUtcNow(), what);
        if (!shutOut.IsOk)
        {
            return shutOut.Fault;
        }

        // Nobody was promoted meanwhile: else the index would not say the same any more.
        return Adopt(held);
    }

    private Fault? Adopt(HeldUnit held)
    {
        var (before, after) = stored is null ? ([], []) : KnownImages.Adopt(unit.Name, stored, ids);
        return Store(held.Connection, record, before, after);
    }

    // For people, and for an index that was lost: rbd image-meta list.
    private Outcome Mark(HeldUnit held, string volume) => ImageCalls.Done(
        Native.Rbd.SetMetadata(held.Image(volume)!, "nodeagent.epoch", $"{grant.Epoch} {grant.Holder}"), what, "image metadata");

    private Fault? Store(Connection through, UnitRecord next, IReadOnlyList<IndexEntry>? before = null, IReadOnlyList<IndexEntry>? after = null)
    {
        var nextBytes = UnitIndex.Bytes(next);
        var changed = gate.Index.Change(
            through.Io, [new IndexEntry(Keys.Unit(unit.Name), bytes), .. before ?? []], [new IndexEntry(Keys.Unit(unit.Name), nextBytes), .. after ?? []], what);
        record = next;
        bytes = nextBytes;
        return changed.Fault;
    }
}
