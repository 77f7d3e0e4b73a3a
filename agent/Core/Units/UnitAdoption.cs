using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Units;

/// <summary>
/// Whether a node that lost its records may go on writing a unit. Its storage says that it wrote it; the other members say
/// whether anybody else has come to write it since, and whether a copy holds what the storage here does not.
/// </summary>
public static class UnitAdoption
{
    /// <summary>The record to go on with, told anew to all copies; or why not.</summary>
    /// <param name="self">This node.</param>
    /// <param name="role">What the storage here says of the unit.</param>
    /// <param name="known">What each other member knows of the unit; a fault where it could not be asked.</param>
    /// <param name="unknown">The record if no member knows the unit: nobody keeps a copy then.</param>
    public static Outcome<UnitRecord> Decide(
        NodeId self, RoleReport role, IReadOnlyDictionary<NodeId, Outcome<UnitRecord?>> known, Func<Epoch, UnitRecord> unknown)
    {
        var unit = role.Unit;
        if (role.Role != Role.Writer)
        {
            return NotWritten(self, role);
        }

        if (Silent(unit, known) is { } silent)
        {
            return silent;
        }

        if (Newest(self, known) is not { } newest)
        {
            return unknown(role.Epoch);
        }

        if (newest.Writer != self && newest.Epoch >= role.Epoch)
        {
            return Refuse(unit, FaultCode.NotWriter, $"{newest.Writer} is its writer in epoch {newest.Epoch}; the storage here has seen epoch {role.Epoch}",
                $"What is here is not current. Look at 'nodeagent status' on {newest.Writer}; it makes a copy here if it is to keep one.");
        }

        if (newest.Writer != self)
        {
            return Refuse(unit, FaultCode.Diverged, $"the storage here is in epoch {role.Epoch}, which no member knows; {newest.Writer} is the last known writer, in epoch {newest.Epoch}",
                "Was this node given the unit while the others were away? Compare 'nodeagent snapshot list' on both.");
        }

        return newest.Epoch == role.Epoch
            ? newest with { Revision = newest.Revision + 1 }
            : Refuse(unit, FaultCode.Diverged, $"the other members know this node as writer in epoch {newest.Epoch}, and the storage here has seen epoch {role.Epoch}",
                "Was the storage brought back from an older state? A copy may hold newer data: look at 'nodeagent status'.");
    }

    /// <summary>
    /// The record to note again for a unit of a service that nobody has. The store is asked before the members: who had the
    /// service last wrote the newest there is. That node may have closed the unit since.
    /// </summary>
    /// <param name="self">This node.</param>
    /// <param name="role">What the storage here says of the unit.</param>
    /// <param name="service">The service as the store knows it; nobody has it.</param>
    /// <param name="known">What each other member knows of the unit; a fault where it could not be asked.</param>
    /// <param name="unknown">The record if no member knows the unit: nobody keeps a copy then.</param>
    public static Outcome<UnitRecord> DecideUnheld(
        NodeId self, RoleReport role, ServiceRecord service, IReadOnlyDictionary<NodeId, Outcome<UnitRecord?>> known, Func<Epoch, UnitRecord> unknown)
    {
        var unit = role.Unit;
        var name = service.Policy.Name;
        if (service.Last != self)
        {
            return Refuse(unit, FaultCode.NotWriter, $"{service.Last?.Value ?? "nobody"} had service {name} last, in epoch {service.Epoch}: what is here may be older",
                $"Bring {service.Last?.Value ?? "a node that holds it"} back. 'nodeagent explain {name}' says what the nodes hold, and what 'nodeagent failover {name}' would lose.");
        }

        if (role.Role is not (Role.Writer or Role.Reader))
        {
            return NotWritten(self, role);
        }

        if (role.Epoch < service.LastSince)
        {
            return Refuse(unit, FaultCode.Diverged, $"{self} has had service {name} since epoch {service.LastSince}, and the storage here has seen epoch {role.Epoch}",
                $"Was the storage brought back from an older state? 'nodeagent explain {name}' says what the other nodes hold.");
        }

        if (Silent(unit, known) is { } silent)
        {
            return silent;
        }

        // Every epoch up to the newest was this node's: with an older one its word would count as that of a former writer.
        var epoch = new Epoch(Math.Max(role.Epoch.Value, service.Epoch.Value));
        return Newest(self, known) switch
        {
            null => unknown(epoch),
            var newest when newest.Epoch > role.Epoch || (newest.Epoch == role.Epoch && newest.Writer != self) => Refuse(
                unit, FaultCode.Diverged, $"{newest.Writer} is known as its writer in epoch {newest.Epoch}; the storage here has seen epoch {role.Epoch}",
                $"Was the storage brought back from an older state? Compare 'nodeagent snapshot list {unit.Name}' on both."),
            var newest when newest.Writer == self => newest with { Epoch = epoch, Revision = newest.Revision + 1 },
            var newest => newest with { Writer = self, Epoch = epoch, Revision = 1, Copies = [.. newest.Copies.Where(node => node != self).Append(newest.Writer).Distinct()] },
        };
    }

    /// <summary>Why a copy forbids going on: it ends with something that the storage here does not have. Null if none.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="peer">The node that keeps the copy.</param>
    /// <param name="here">What is here.</param>
    /// <param name="there">What the copy consists of.</param>
    public static Fault? Newer(UnitId unit, NodeId peer, CopyHistory here, CopyHistory there)
    {
        foreach (var copied in there.Volumes)
        {
            if (copied.Points.LastOrDefault(point => !point.IsBookmark) is not { } last)
            {
                continue;
            }

            var own = here.Volumes.FirstOrDefault(volume => volume.Volume == copied.Volume)?.Points ?? [];
            if (!own.Any(point => point.Guid == last.Guid))
            {
                return new Fault(FaultCode.WouldLoseWrites, $"cannot adopt unit {unit}",
                    $"{peer} holds snapshot {last.Name} of {copied.Volume}, which is not here: the copy is newer, or of another storage",
                    $"Compare 'nodeagent snapshot list {unit.Name}' on both nodes. The copy on {peer} may be the only one that is whole.", Retry.AfterFix);
            }
        }

        return null;
    }

    /// <summary>
    /// Why the storage of a member without a record forbids it: records of two nodes may be lost at once, and then only storage
    /// tells which of them wrote last. Null if it does not.
    /// </summary>
    /// <param name="peer">The member.</param>
    /// <param name="here">What the storage here says.</param>
    /// <param name="there">What its storage says.</param>
    public static Fault? Later(NodeId peer, RoleReport here, RoleReport there)
    {
        var isLater = there.Epoch > here.Epoch || (there.Role == Role.Writer && there.Epoch == here.Epoch);
        return there.Role == Role.Absent || (there.Role != Role.Unknown && !isLater) ? null
            : Refuse(here.Unit, FaultCode.Diverged,
                $"{peer} has no record either, and its storage is {Word(there.Role)} in epoch {there.Epoch}; the storage here has seen epoch {here.Epoch}",
                $"Whoever wrote last goes on: compare 'nodeagent snapshot list {here.Unit.Name}' on both, and adopt the unit on {peer} if it was that.");
    }

    private static Fault? Silent(UnitId unit, IReadOnlyDictionary<NodeId, Outcome<UnitRecord?>> known) => known
        .OrderBy(entry => entry.Key.Value, StringComparer.Ordinal).Where(entry => !entry.Value.IsOk)
        .Select(entry => Refuse(unit, FaultCode.PeerUnavailable, $"{entry.Key} cannot be asked, and may know of another writer: {entry.Value.Fault!.Why}",
            $"Bring {entry.Key} back, or take it out of the cluster after you have seen that it is off: 'nodeagent cluster remove {entry.Key}'."))
        .FirstOrDefault();

    private static UnitRecord? Newest(NodeId self, IReadOnlyDictionary<NodeId, Outcome<UnitRecord?>> known) => known.Values
        .Select(answer => answer.Value).OfType<UnitRecord>()
        .OrderByDescending(record => record.Epoch).ThenByDescending(record => record.Writer == self ? 0 : 1)
        .ThenByDescending(record => record.Revision).FirstOrDefault();

    private static string Word(Role role) => role switch
    {
        Role.Writer => "a writer's",
        Role.Reader => "a copy",
        _ => "not known",
    };

    private static Fault NotWritten(NodeId self, RoleReport role) => role.Role switch
    {
        Role.Reader => Refuse(role.Unit, FaultCode.NotWriter, $"the storage on {self} is a copy in epoch {role.Epoch}; only the node that wrote the unit can adopt it",
            "Give the command on the node that wrote it."),
        Role.Absent => Refuse(role.Unit, FaultCode.NotFound, $"its storage is not on {self}", "Is its pool imported, its file system mounted?"),
        _ => Refuse(role.Unit, FaultCode.ControlPlaneUnavailable, $"the storage on {self} does not say who writes it: {role.Native}", "See 'nodeagent doctor'."),
    };

    private static Fault Refuse(UnitId unit, FaultCode code, string why, string next) =>
        new(code, $"cannot adopt unit {unit}", why, next, Retry.AfterFix);
}
