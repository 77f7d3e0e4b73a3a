using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Rehearsal.Running;

/// <summary>Tells of a step that it changes nothing, so that nobody waits for its effect.</summary>
internal static class Idle
{
    /// <summary>Why nothing comes of it; null if something does.</summary>
    public static string? Why(World world, Happening what)
    {
        var machine = what.Node.Length > 0 ? world.Machine(what.Node) : null;
        return what.Kind switch
        {
            HappeningKind.PowerOff or HappeningKind.Reset when !machine!.HasPower => $"{what.Node} is off",
            HappeningKind.PowerOn when machine!.HasPower => $"{what.Node} is {(machine.IsUp ? "on" : "booting")}",
            HappeningKind.Reboot or HappeningKind.Shutdown or HappeningKind.Freeze or HappeningKind.Stall or HappeningKind.RestartAgent or HappeningKind.ReplaceAgent when !machine!.IsUp
                => $"{what.Node} is {(machine.IsBooting ? "booting" : "off")}",
            HappeningKind.LoseDisk => world.Mirrors.WhyNoDiskFails(what.Service, what.Node),
            HappeningKind.Break when !world.Machines.Any(node => node.Writes(what.Service)) => $"{what.Service} runs nowhere",
            HappeningKind.RestoreStore or HappeningKind.RestoreStoreInPlace when world.Store.Backup is null => "there is no backup",
            HappeningKind.RestoreStore or HappeningKind.RestoreStoreInPlace when world.Machines.Any(node => node.HasPower) => "it is restored only while all nodes are off",
            _ => null,
        };
    }
}
