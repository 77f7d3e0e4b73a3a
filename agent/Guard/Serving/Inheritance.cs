using System.Globalization;

namespace NodeAgent.Guard.Serving;

/// <summary>The descriptors that a guard before this one left: with systemd, or by starting this one in its place.</summary>
internal sealed class Inheritance
{
    public const string DeviceName = "device";
    public const string StateName = "state";
    public const string SocketName = "socket";
    public const string Variable = "NODEAGENT_GUARD_FDS";
    private const int FirstOfSystemd = 3;

    private readonly Dictionary<string, int> descriptors = new(StringComparer.Ordinal);

    private Inheritance()
    {
    }

    public int Device => Find(DeviceName);

    public int State => Find(StateName);

    public int Socket => Find(SocketName);

    /// <summary>From the environment. The direct one is newer.</summary>
    public static Inheritance Read(int processId, Func<string, string?> variable)
    {
        var inheritance = new Inheritance();
        var names = (variable("LISTEN_FDNAMES") ?? "").Split(':');
        if (variable("LISTEN_PID") == processId.ToString(CultureInfo.InvariantCulture)
            && int.TryParse(variable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            for (var i = 0; i < count && i < names.Length; i++)
            {
                inheritance.descriptors[names[i]] = FirstOfSystemd + i;
            }
        }

        foreach (var entry in (variable(Variable) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split('=');
            if (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor))
            {
                inheritance.descriptors[parts[0]] = descriptor;
            }
        }

        return inheritance;
    }

    private int Find(string name) => descriptors.GetValueOrDefault(name, -1);
}
