using NodeAgent.Guard.Native;
using NodeAgent.Guard.Serving;

namespace NodeAgent.Guard;

/// <summary>The guard's beginning and end. Everything that may wait or allocate happens here, before the loop.</summary>
internal static class Program
{
    private const int WrongUsage = 2;

    public static int Main(string[] arguments)
    {
        if (arguments is ["--help"] or ["-h"])
        {
            StartLog.Print(GuardOptions.Usage);
            return 0;
        }

        var options = GuardOptions.Parse(arguments);
        if (options.Errors.Count > 0)
        {
            options.Errors.ForEach(static error => StartLog.Fail($"error: {error}"));
            StartLog.Print(GuardOptions.Usage);
            return WrongUsage;
        }

        var self = Path.GetFullPath(Environment.ProcessPath ?? "/proc/self/exe");
        if (!BlockedSignals.Block())
        {
            Restart.Into(self, [self, .. arguments]);
            StartLog.Warn($"cannot start {self} once more: {Errno.Text}; signals may end the guard");
        }

        return new Duty(options, self, arguments).Run();
    }
}
