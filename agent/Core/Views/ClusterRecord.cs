using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>
/// All that the nodes decide together: one record, replaced as a whole by compare-and-swap. Whoever decides has therefore
/// seen everything that was decided before.
/// </summary>
public sealed record ClusterRecord
{
    /// <summary>A cluster without members.</summary>
    public static ClusterRecord Empty { get; } = new();

    /// <summary>Whether takeovers happen.</summary>
    public ArmRecord Arm { get; init; } = ArmRecord.Armed;

    /// <summary>By node.</summary>
    public ImmutableSortedDictionary<string, MemberRecord> Members { get; init; } = ImmutableSortedDictionary.Create<string, MemberRecord>(StringComparer.Ordinal);

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<string, ServiceRecord> Services { get; init; } = ImmutableSortedDictionary.Create<string, ServiceRecord>(StringComparer.Ordinal);

    /// <summary>By unit: which service it belongs to. Units that never were in a service are not here.</summary>
    public ImmutableSortedDictionary<string, UnitPlace> Units { get; init; } = ImmutableSortedDictionary.Create<string, UnitPlace>(StringComparer.Ordinal);

    /// <summary>Names that a restored store did not know and that are no more, by an operator's word: epochs up to these are doubted by nobody.</summary>
    public ImmutableSortedDictionary<string, Epoch> Gone { get; init; } = ImmutableSortedDictionary.Create<string, Epoch>(StringComparer.Ordinal);

    /// <summary>The member, or null.</summary>
    public MemberRecord? Member(NodeId node) => Members.GetValueOrDefault(node.Value);

    /// <summary>The service, or null.</summary>
    public ServiceRecord? Service(string name) => Services.GetValueOrDefault(name);

    /// <summary>The units that belong to a service, as the store knows them.</summary>
    public IEnumerable<string> UnitsOf(string service) => Units.Where(unit => unit.Value.Service == service).Select(unit => unit.Key);

    /// <summary>With this member instead.</summary>
    public ClusterRecord With(MemberRecord member) => this with { Members = Members.SetItem(member.Node.Value, member) };

    /// <summary>With this service instead.</summary>
    public ClusterRecord With(ServiceRecord service) => this with { Services = Services.SetItem(service.Policy.Name, service) };
}
