using NodeAgent.Contract;

namespace NodeAgent.Linux.Commands;

/// <summary>Words for commands that did not come to their own end.</summary>
internal static class CommandFaults
{
    public static Fault Of(CommandEnd end, Command command, RunningCommand running, Exception? streamFailure)
    {
        var what = $"{running.Tool} {running.Verb} was ended".Replace("  ", " ");
        return end switch
        {
            CommandEnd.OutputTooLarge => new(
                FaultCode.Unparseable,
                what,
                $"it printed more than {command.OutputLimit} bytes",
                "Ask it for less at a time.",
                Retry.Never),
            CommandEnd.StreamFailed => new(
                FaultCode.DataPathUnavailable,
                what,
                $"its data stream failed: {streamFailure?.Message}",
                "Look at the other end of the stream.",
                Retry.AfterLook),
            _ => new(
                FaultCode.TimedOut,
                what,
                $"it took longer than {command.Deadline.TotalSeconds:0.###} s",
                "It may have done its work: look before trying again.",
                Retry.AfterLook),
        };
    }

    public static Fault NotAllowed(string tool, IEnumerable<string> allowed) => new(
        FaultCode.PermissionDenied,
        $"cannot run {tool}",
        $"the plugin's manifest allows only: {string.Join(", ", allowed.Order(StringComparer.Ordinal))}",
        $"Add \"{tool}\" to the commands of the manifest if the plugin is to use it.",
        Retry.AfterFix);
}
