using System.Collections.Immutable;

using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Cluster.Ledger;

/// <summary>The ledger's keys at one revision, understood. All of them or none: what cannot be read is never left out.</summary>
internal sealed record LedgerSight
{
    private static readonly StringComparer ByName = StringComparer.Ordinal;

    public long Revision { get; private init; }

    public ClusterRecord Record { get; private init; } = ClusterRecord.Empty;

    /// <summary>The revision that wrote the record last; zero: nobody ever did.</summary>
    public long RecordModified { get; private init; }

    public string RecordText { get; private init; } = string.Empty;

    public ImmutableSortedDictionary<string, SessionEntry> Sessions { get; private init; } = ImmutableSortedDictionary.Create<string, SessionEntry>(ByName);

    public ImmutableSortedSet<string> Present { get; private init; } = ImmutableSortedSet.Create<string>(ByName);

    public ImmutableSortedDictionary<string, NodeOffers> Offers { get; private init; } = ImmutableSortedDictionary.Create<string, NodeOffers>(ByName);

    /// <summary>The last stay that each node ended itself.</summary>
    public ImmutableSortedDictionary<string, long> Ended { get; private init; } = ImmutableSortedDictionary.Create<string, long>(ByName);

    /// <summary>Everything of the ledger.</summary>
    public static KeyRange Range { get; } = KeyRange.Under(StoreKeys.Ledger);

    /// <summary>Reads all keys; a fault names every one that is bad.</summary>
    public static Outcome<LedgerSight> Read(long revision, IEnumerable<StoreEntry> entries)
    {
        var (sight, faults) = (new LedgerSight { Revision = revision }, new List<Fault>());
        foreach (var entry in entries)
        {
            var with = sight.With(entry);
            if (with.IsOk)
            {
                sight = with.Value;
            }
            else
            {
                faults.Add(with.Fault);
            }
        }

        return faults.Count switch
        {
            0 => sight,
            1 => faults[0],
            _ => faults[0] with { Why = string.Join("; ", [faults[0].Why, .. faults.Skip(1).Select(fault => $"{fault.What}: {fault.Why}")]) },
        };
    }

    /// <summary>The stay of a node, if its key is there.</summary>
    public SessionEntry? SessionOf(NodeId node) => Sessions.GetValueOrDefault(node.Value);

    /// <summary>That nothing happened to a node's stay, be it there or not.</summary>
    public StoreCondition SessionUntouched(NodeId node) => new(StoreKeys.Session(node), SessionOf(node)?.Modified ?? 0);

    /// <summary>The view of the decision core. A stay counts as lasting until it is over in every sense; this node's own, while its key is there.</summary>
    public ClusterView View(NodeSilence silence, NodeId self, string? store)
    {
        var live = Sessions.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Number, ByName).ToBuilder();
        foreach (var (name, member) in Record.Members.Where(member => member.Key != self.Value && !Sessions.ContainsKey(member.Key)))
        {
            if (member.Session != 0 && Ended.GetValueOrDefault(name) != member.Session && !silence.IsOver(name, member.Session))
            {
                live[name] = member.Session;
            }
        }

        return new(Revision, Record, live.ToImmutable(), Present, Offers) { Store = store };
    }

    private Outcome<LedgerSight> With(StoreEntry entry)
    {
        if (entry.Key == StoreKeys.Cluster)
        {
            return ClusterRecordJson.Read(entry).Map(record => this with { Record = record, RecordModified = entry.Modified, RecordText = entry.Value });
        }

        return Name(entry, StoreKeys.Sessions) is { } stayed ? SessionEntry.Read(entry).Map(session => this with { Sessions = Sessions.SetItem(stayed, session) })
            : Name(entry, StoreKeys.Presence) is { } present ? this with { Present = Present.Add(present) }
            : Name(entry, StoreKeys.Offers) is { } offering ? OfferJson.ReadAll(entry).Map(offers => this with { Offers = Offers.SetItem(offering, offers) })
            : Name(entry, StoreKeys.Ended) is { } left ? SessionEntry.ReadEnded(entry).Map(session => this with { Ended = Ended.SetItem(left, session) })
            : new Fault(FaultCode.Unparseable, $"cannot read the record {entry.Key}", "this version of the agent knows no such key", "Bring all nodes to the same version.", Retry.AfterFix);
    }

    private static string? Name(StoreEntry entry, string prefix) =>
        entry.Key.StartsWith(prefix, StringComparison.Ordinal) && entry.Key[prefix.Length..] is var name && Names.IsValid(name) ? name : null;
}
