using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Core.Views;

namespace NodeAgent.Daemon.Units;

/// <summary>
/// Which units of services this node may write now. A unit in a service has no writer but the one that the cluster store
/// names; all other units keep theirs as their records say.
/// </summary>
public sealed class Tenures
{
    private readonly Dictionary<UnitId, string> services;
    private readonly ConcurrentDictionary<string, Epoch> held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> claimed = new(StringComparer.Ordinal);

    /// <summary>A node without services: every record counts by itself.</summary>
    public static Tenures None { get; } = new([]);

    /// <summary>Nothing is held.</summary>
    /// <param name="units">Each unit with its service.</param>
    public Tenures(IEnumerable<KeyValuePair<UnitId, string>> units) => services = units.ToDictionary();

    /// <summary>Each unit of a service that is configured or open here, with the service that it belongs to.</summary>
    public IReadOnlyDictionary<UnitId, string> All => Opened().Concat(services.Select(unit => KeyValuePair.Create(unit.Key, ServiceOf(unit.Key) ?? unit.Value)))
        .DistinctBy(unit => unit.Key).ToDictionary();

    /// <summary>The units of services that were opened here and are not closed yet, whatever is configured now.</summary>
    public Func<IEnumerable<KeyValuePair<UnitId, string>>> Opened { get; set; } = () => [];

    /// <summary>
    /// Where the cluster store says that a unit belongs, as last seen; null: nowhere. It outranks the configuration, which may be of another
    /// day than that of the other nodes.
    /// </summary>
    public Func<UnitId, UnitPlace?> Stored { get; set; } = _ => null;

    /// <summary>Whether a service that is not in the store yet may be written as its records say; asked for each unit.</summary>
    public Func<string, bool> IsUnknownToAll { get; set; } = _ => false;

    /// <summary>A service that the store knows and nobody has, as last seen; null of any other.</summary>
    public Func<string, ServiceRecord?> Unheld { get; set; } = _ => null;

    /// <summary>The service that the unit belongs to; null if it belongs to none.</summary>
    public string? ServiceOf(UnitId unit) =>
        Opened().FirstOrDefault(open => open.Key == unit).Value ?? Stored(unit)?.Service ?? services.GetValueOrDefault(unit);

    /// <summary>The service is being made known to the store: from now on only what the store says counts.</summary>
    public void Claim(string service) => claimed[service] = true;

    /// <summary>This node has the service in that epoch.</summary>
    public void Hold(string service, Epoch epoch) => held[service] = epoch;

    /// <summary>This node does not have the service any more.</summary>
    public void LetGo(string service) => held.TryRemove(service, out _);

    /// <summary>This node has no service any more.</summary>
    public void LetGoOfAll() => held.Clear();

    /// <summary>True if this node has the service.</summary>
    public bool IsHeld(string service) => held.ContainsKey(service);

    /// <summary>Permission to write what the record says, or why there is none.</summary>
    public Outcome<WriteGrant> Grant(UnitRecord record, NodeId self) =>
        IsFree(record) ? Grants.For(record, self) : ServiceOf(record.Unit) is null ? Later(record, self) : new Fault(
            FaultCode.NotWriter, $"cannot write unit {record.Unit} on {self}",
            $"it belongs to service {ServiceOf(record.Unit)}, which {self} does not have now",
            services.ContainsValue(ServiceOf(record.Unit)!)
                ? $"nodeagent explain {ServiceOf(record.Unit)}"
                : $"It is not in the configuration of {self}. If it is no more on any node: nodeagent service forget {ServiceOf(record.Unit)}", Retry.Later);

    /// <summary>True if nothing but the unit's own record stands between this node and writing.</summary>
    public bool IsFree(UnitRecord record) => ServiceOf(record.Unit) is not { } service
        ? IsNewest(record)
        : held.TryGetValue(service, out var epoch) ? epoch == record.Epoch : !claimed.ContainsKey(service) && IsUnknownToAll(service) && IsNewest(record);

    private Fault Later(UnitRecord record, NodeId self) => new(
        FaultCode.NotWriter, $"cannot write unit {record.Unit} on {self}",
        $"it was written in a service until epoch {Stored(record.Unit)?.Since}, and {self} knows of its writer only in epoch {record.Epoch}",
        $"Write it where it was written last. If that data is lost, and what {self} has is to count: nodeagent service forget {record.Unit}", Retry.AfterFix);

    /// <summary>False if it was in a service that is no more, and was written there later: who was away knows only an earlier writer.</summary>
    public bool IsNewest(UnitRecord record) => IsNewest(record, null);

    /// <summary>The same of a unit that is to be in a service. In which other one it was when the store forgot it, only its writer of that time may be past.</summary>
    public bool IsNewest(UnitRecord record, string? service) => Stored(record.Unit) is not { } place || record.Epoch >= place.Since
        || (place.Service is not null && (place.Service == service || place.Beyond is null));
}
