using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Devices;

/// <summary>Which kind of device a path is.</summary>
internal static class DeviceChoice
{
    public const string Any = "auto";
    public const string Multiplexer = "/run/watchdog-mux.sock";
    private const string First = "/dev/watchdog0";
    private const string Old = "/dev/watchdog";

    /// <summary>Null if there is nothing that resets.</summary>
    public static WatchdogDevice? Make(string path) => path == Any ? MakeAny() : FileSight.Of(path) switch
    {
        FileKind.Character => new KernelDevice(path),
        FileKind.Pipe => new StandInDevice(path),
        FileKind.Socket => new MultiplexerDevice(path, First),
        _ => null,
    };

    // Where watchdog-mux runs it owns the device.
    private static WatchdogDevice? MakeAny() => Make(Multiplexer) ?? Make(First) ?? Make(Old);
}
