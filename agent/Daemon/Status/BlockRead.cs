using System.Globalization;
using System.Security.Cryptography;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>Reads one block of a device past all caches, in a process of its own: whoever waits for a hung device cannot be killed.</summary>
internal sealed class BlockRead(ICommands commands)
{
    private const int Block = 4096;
    private const int Blocks = 65536;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Yes if the device answered, be it with an error; no if it did not within half a minute; else it was not asked.</summary>
    public async Task<Answer> AnswersAsync(string device, CancellationToken cancellation)
    {
        // Not always the same one: a disk has a cache too.
        var skip = RandomNumberGenerator.GetInt32(Blocks);
        var done = await commands.RunAsync(
            new Command("dd", [$"if={device}", "of=/dev/null", $"bs={Text(Block)}", "count=1", $"skip={Text(skip)}", "iflag=direct"]) { Deadline = Deadline, Verb = "read" },
            cancellation);
        return done.IsOk ? Answer.Yes : done.Fault.Code == FaultCode.TimedOut ? Answer.No : Answer.Unknown;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
