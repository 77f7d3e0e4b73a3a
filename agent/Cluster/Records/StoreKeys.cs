using NodeAgent.Contract;

namespace NodeAgent.Cluster.Records;

/// <summary>Where each kind of record is. The version in the path changes when old readers could misread.</summary>
public static class StoreKeys
{
    /// <summary>Everything of ours.</summary>
    public const string Root = "/nodeagent/v1/";

    /// <summary>All that decisions rest on.</summary>
    public const string Ledger = Root + "ledger/";

    /// <summary>What was decided: one record.</summary>
    public const string Cluster = Ledger + "cluster";

    /// <summary>The stays of nodes, under their long leases.</summary>
    public const string Sessions = Ledger + "sessions/";

    /// <summary>Written at every renewal, under short leases.</summary>
    public const string Presence = Ledger + "presence/";

    /// <summary>What nodes say about their copies, under the leases of their stays.</summary>
    public const string Offers = Ledger + "offers/";

    /// <summary>Stays that nodes ended themselves.</summary>
    public const string Ended = Ledger + "ended/";

    /// <summary>What happened.</summary>
    public const string History = Root + "history/";

    /// <summary>What backends note about their units; no decision of ours rests on them.</summary>
    public const string Notes = Root + "notes/";

    /// <summary>The note about a unit.</summary>
    public static string NoteOf(UnitId unit) => $"{Notes}{unit.Backend.Value}/{unit.Name}";

    /// <summary>The stay of a node.</summary>
    public static string Session(NodeId node) => Sessions + node.Value;

    /// <summary>The presence of a node.</summary>
    public static string PresenceOf(NodeId node) => Presence + node.Value;

    /// <summary>The offers of a node.</summary>
    public static string OffersOf(NodeId node) => Offers + node.Value;

    /// <summary>The last stay that a node ended itself.</summary>
    public static string EndedBy(NodeId node) => Ended + node.Value;

    /// <summary>An entry of the history; keys sort by the revision at which they were thought of, then by node.</summary>
    public static string HistoryEntry(long revision, NodeId node) => $"{History}{revision:x16}-{node.Value}";
}
