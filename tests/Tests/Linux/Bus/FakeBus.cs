using NodeAgent.Linux.Commands;
using NodeAgent.Contract;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Bus;

/// <summary>
/// A message bus of its own on which a script plays systemd and logind, and plays them badly: silent, garbled,
/// refusing, dying. What a real systemd does is tried in <see cref="SystemdUnitsTests"/>.
/// </summary>
internal sealed class FakeBus : IAsyncDisposable
{
    private const string Script =
        """
        import sys, time, os, dbus, dbus.service, dbus.mainloop.glib
        from gi.repository import GLib
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        bus = dbus.bus.BusConnection(sys.argv[1])
        folder = sys.argv[2]
        M = 'org.freedesktop.systemd1.Manager'
        class Systemd(dbus.service.Object):
            @dbus.service.method(M)
            def Subscribe(self): pass
            @dbus.service.method(M, in_signature='s', out_signature='s')
            def LoadUnit(self, name): return 'not an object path'
            @dbus.service.method(M, in_signature='ss', out_signature='o', async_callbacks=('ok', 'no'))
            def StartUnit(self, name, mode, ok, no):
                if name == 'silent.service': return
                if name == 'denied.service':
                    class Denied(dbus.DBusException): _dbus_error_name = 'org.freedesktop.DBus.Error.AccessDenied'
                    no(Denied('you may not')); return
                if name == 'early.service':
                    self.JobRemoved(7, '/org/freedesktop/systemd1/job/7', name, 'done')
                    ok('/org/freedesktop/systemd1/job/7'); return
                if name == 'forgotten.service': ok('/org/freedesktop/systemd1/job/8'); return
                if name == 'dying.service': os._exit(0)
                if name == 'odd.service':
                    ok('/org/freedesktop/systemd1/job/9')
                    self.JobRemoved(9, '/org/freedesktop/systemd1/job/9', name, 'frobnicated')
            @dbus.service.method(M, in_signature='s')
            def FreezeUnit(self, name): raise dbus.DBusException('no freezer', name='org.freedesktop.DBus.Error.NotSupported')
            @dbus.service.signal(M, signature='uoss')
            def JobRemoved(self, number, job, unit, result): pass
        L = 'org.freedesktop.login1.Manager'
        class Logind(dbus.service.Object):
            @dbus.service.method(L, in_signature='ssss', out_signature='h')
            def Inhibit(self, what, who, why, mode):
                r, w = os.pipe()
                def gone(fd, cond):
                    open(folder + '/released', 'w').close(); return False
                GLib.io_add_watch(r, GLib.IO_HUP, gone)
                open(folder + '/inhibited', 'w').write(' '.join([what, who, why, mode]))
                sent = dbus.types.UnixFd(w); os.close(w)
                return sent
            @dbus.service.method(L)
            def Begin(self): self.PrepareForShutdown(False); self.PrepareForShutdown(True)
            @dbus.service.signal(L, signature='b')
            def PrepareForShutdown(self, on): pass
        names = [dbus.service.BusName('org.freedesktop.systemd1', bus), dbus.service.BusName('org.freedesktop.login1', bus)]
        one = Systemd(bus, '/org/freedesktop/systemd1'); two = Logind(bus, '/org/freedesktop/login1')
        open(folder + '/ready', 'w').close()
        GLib.MainLoop().run()
        """;

    private const string Policy =
        """
        <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
        <busconfig><type>session</type><listen>unix:path=SOCKET</listen><auth>EXTERNAL</auth>
        <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
        """;

    private readonly CancellationTokenSource over = new();
    private readonly TempFolder folder = new();
    private readonly List<Task> running = [];

    private FakeBus()
    {
    }

    public string Address => $"unix:path={folder["socket"]}";

    /// <summary>Why it cannot run here; null if it can.</summary>
    public static string? Missing => !File.Exists("/usr/bin/dbus-daemon")
        ? "dbus-daemon is not installed (package dbus-daemon)"
        : !File.Exists("/usr/lib/python3/dist-packages/dbus/__init__.py") || !Directory.Exists("/usr/lib/python3/dist-packages/gi")
            ? "python3-dbus and python3-gi are not installed" : null;

    /// <summary>A file that the script makes.</summary>
    public string this[string name] => folder[name];

    public static async Task<FakeBus> StartAsync()
    {
        var fake = new FakeBus();
        await File.WriteAllTextAsync(fake["bus.conf"], Policy.Replace("SOCKET", fake["socket"]));
        await File.WriteAllTextAsync(fake["fake.py"], Script);
        fake.Run("dbus-daemon", "--nofork", $"--config-file={fake["bus.conf"]}");
        await Until.TrueAsync(() => File.Exists(fake["socket"]));
        fake.Run("python3", fake["fake.py"], fake.Address, fake.folder.Path);
        await Until.TrueAsync(() => File.Exists(fake["ready"]));
        return fake;
    }

    /// <summary>Takes the bus itself away.</summary>
    public async Task EndAsync()
    {
        await over.CancelAsync();
        foreach (var task in running)
        {
            try
            {
                await task;
            }
            catch (OperationCanceledException)
            {
                // It was told to end; one that dies in its test ended by itself.
            }
        }

        running.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        over.Dispose();
        folder.Dispose();
    }

    private void Run(string tool, params string[] arguments) => running.Add(
        new CommandRunner(new CommandRunnerOptions(), TimeProvider.System).RunAsync(
            new Command(tool, arguments) { Deadline = TimeSpan.FromMinutes(10) }, over.Token));
}
