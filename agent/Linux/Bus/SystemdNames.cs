namespace NodeAgent.Linux.Bus;

/// <summary>systemd's names on the bus.</summary>
internal static class SystemdNames
{
    public const string Destination = "org.freedesktop.systemd1";
    public const string ManagerPath = "/org/freedesktop/systemd1";
    public const string Manager = "org.freedesktop.systemd1.Manager";
    public const string Properties = "org.freedesktop.DBus.Properties";

    public const string JobRemoved =
        $"type='signal',sender='{Destination}',path='{ManagerPath}',interface='{Manager}',member='JobRemoved'";

    /// <summary>A call of the manager with texts for arguments.</summary>
    public static BusCall Call(string member, params string[] texts) => new(
        Destination,
        ManagerPath,
        Manager,
        member,
        writer =>
        {
            foreach (var text in texts)
            {
                _ = writer.Text(text);
            }
        });

    /// <summary>Changes of one unit only: a broader match floods.</summary>
    public static string ChangesOf(string path) =>
        $"type='signal',sender='{Destination}',path='{path}',interface='{Properties}',member='PropertiesChanged'";
}
