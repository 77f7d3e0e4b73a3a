using NodeAgent.Contract;

namespace NodeAgent.Cluster.Records;

/// <summary>Where each kind of record is. The version in the path changes when old readers could misread.</summary>
public static class StoreKeys
{
    /// <summary>Everything of ours.</summary>
    public const string Root = "/nodeagent/v1/";

    /// <summary>Who writes which unit.</summary>
    public const string Owners = Root + "owners/";

    /// <summary>Which nodes are alive.</summary>
    public const string Nodes = Root + "nodes/";

    /// <summary>What services shall run.</summary>
    public const string Services = Root + "services/";

    /// <summary>Which nodes are in maintenance.</summary>
    public const string Maintenance = Root + "maintenance/";

    /// <summary>What happened.</summary>
    public const string History = Root + "history/";

    /// <summary>The owner of a unit.</summary>
    public static string Owner(UnitId unit) => $"{Owners}{unit.Backend}/{unit.Name}";

    /// <summary>The lease of a node.</summary>
    public static string Node(NodeId node) => Nodes + node.Value;

    /// <summary>A service.</summary>
    public static string Service(string name) => Services + name;

    /// <summary>The maintenance of a node.</summary>
    public static string MaintenanceOf(NodeId node) => Maintenance + node.Value;

    /// <summary>An entry of the history; keys sort by the revision at which they were thought of, then by node.</summary>
    public static string HistoryEntry(long revision, NodeId node) => $"{History}{revision:x16}-{node.Value}";
}
