using System.Globalization;

using NodeAgent.Guard.Devices;
using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>What the command line says.</summary>
internal sealed class GuardOptions
{
    public const string Usage = """
        usage: nodeagent-guard [--device PATH] [--socket PATH] [--timeout SECONDS] [--longest-lease SECONDS] [--user UID]
                              [--stand-in-reset PIPE]

          --device PATH            the watchdog, watchdog-mux's socket, or a pipe for tests; "auto" looks for the first two
          --socket PATH            where the agent connects (/run/nodeagent/guard.sock)
          --timeout SECONDS        what the watchdog is set to until the agent asks for another (4)
          --longest-lease SECONDS  no deadline further ahead is believed (120)
          --user UID               whose messages count, besides root's
          --stand-in-reset PIPE    for tests: told when the guard would reset a machine, if the device is a pipe, too
        """;

    public string Device { get; private set; } = DeviceChoice.Any;

    public string Socket { get; private set; } = "/run/nodeagent/guard.sock";

    public int Timeout { get; private set; } = 4;

    public int LongestLease { get; private set; } = 120;

    public uint User { get; private set; }

    /// <summary>Empty if there is none.</summary>
    public string StandInReset { get; private set; } = "";

    /// <summary>Everything that is wrong with the command line.</summary>
    public List<string> Errors { get; } = [];

    public static GuardOptions Parse(string[] arguments)
    {
        var options = new GuardOptions();
        for (var at = 0; at < arguments.Length; at += 2)
        {
            options.Take(arguments[at], at + 1 < arguments.Length ? arguments[at + 1] : null);
        }

        return options;
    }

    private void Take(string name, string? value)
    {
        if (name is not ("--device" or "--socket" or "--timeout" or "--longest-lease" or "--user" or "--stand-in-reset"))
        {
            Errors.Add($"there is no option '{name}'");
            return;
        }

        if (value is null)
        {
            Errors.Add($"{name} needs a value");
            return;
        }

        switch (name)
        {
            case "--device": Device = Device == value ? Device : Path(name, value); break;
            case "--stand-in-reset": StandInReset = Path(name, value); break;
            case "--socket": Socket = Path(name, value); break;
            case "--timeout": Timeout = (int)Number(name, value, 1, 3600); break;
            case "--longest-lease": LongestLease = (int)Number(name, value, 1, 3600); break;
            default: User = (uint)Number(name, value, 0, uint.MaxValue - 1); break;
        }
    }

    private string Path(string name, string value)
    {
        if (value.Length is 0 or > UnixAddress.LongestPath || value[0] != '/')
        {
            Errors.Add($"{name} must be a path from the root, of at most {UnixAddress.LongestPath} characters, not '{value}'");
        }

        return value;
    }

    private long Number(string name, string value, long least, long most)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            Errors.Add($"{name} must be a whole number from {least} to {most}, not '{value}'");
            return least;
        }

        return number;
    }
}
