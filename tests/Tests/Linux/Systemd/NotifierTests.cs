using System.Net.Sockets;
using System.Text;

using NodeAgent.Contract;
using NodeAgent.Linux.Systemd;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Systemd;

[TestClass]
public sealed class NotifierTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Notifier notifier;

    public NotifierTests()
    {
        systemd.Bind(new UnixDomainSocketEndPoint(folder["notify"]));
        systemd.ReceiveTimeout = 5000;
        notifier = new Notifier(folder["notify"]);
    }

    public void Dispose()
    {
        notifier.Dispose();
        systemd.Dispose();
        folder.Dispose();
    }

    [TestMethod]
    public void Ready_carries_a_status()
    {
        Assert.IsTrue(notifier.IsHeard);
        Assert.IsTrue(notifier.Ready("3 units\n2 peers").IsOk);
        Assert.AreEqual("READY=1\nSTATUS=3 units 2 peers", Heard());
    }

    [TestMethod]
    public void Reloading_carries_the_monotonic_clock()
    {
        Assert.IsTrue(notifier.Reloading().IsOk);
        var lines = Heard().Split('\n');
        Assert.AreEqual("RELOADING=1", lines[0]);
        StringAssert.StartsWith(lines[1], "MONOTONIC_USEC=");
        var stamp = long.Parse(lines[1].Split('=')[1]);
        Assert.AreEqual(System.Diagnostics.Stopwatch.GetTimestamp() / 1000.0, stamp, 5_000_000);
    }

    [TestMethod]
    public void The_other_states_are_as_systemd_reads_them()
    {
        _ = notifier.Stopping();
        _ = notifier.Status("waiting for n2");
        _ = notifier.KeepAlive();
        _ = notifier.ExtendTimeout(TimeSpan.FromSeconds(1.5));
        Assert.AreEqual("STOPPING=1", Heard());
        Assert.AreEqual("STATUS=waiting for n2", Heard());
        Assert.AreEqual("WATCHDOG=1", Heard());
        Assert.AreEqual("EXTEND_TIMEOUT_USEC=1500000", Heard());
    }

    [TestMethod]
    public void An_abstract_socket_is_reached()
    {
        var name = $"nodeagent-test-{Environment.ProcessId}-{Guid.NewGuid():N}";
        using var listener = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.ReceiveTimeout = 5000;
        using var abstractNotifier = new Notifier("@" + name);
        Assert.IsTrue(abstractNotifier.KeepAlive().IsOk);
        var buffer = new byte[100];
        Assert.AreEqual("WATCHDOG=1", Encoding.UTF8.GetString(buffer, 0, listener.Receive(buffer)));
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("@")]
    [DataRow("vsock:2:1234")]
    public void Without_a_listener_everything_is_done(string? address)
    {
        using var silent = new Notifier(address);
        Assert.IsFalse(silent.IsHeard);
        Assert.IsTrue(silent.Ready("x").IsOk);
    }

    [TestMethod]
    public void A_listener_that_is_gone_is_a_fault()
    {
        using var lost = new Notifier(folder["nobody"]);
        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, lost.KeepAlive().Fault?.Code);
    }

    [TestMethod]
    [DataRow("30000000", "77", 30.0)]
    [DataRow("30000000", null, 30.0)]
    [DataRow("1500000", "", 1.5)]
    public void The_watchdog_interval_is_read(string microseconds, string? pid, double seconds) =>
        Assert.AreEqual(TimeSpan.FromSeconds(seconds), WatchdogInterval.Parse(microseconds, pid, 77));

    [TestMethod]
    [DataRow(null, null)]
    [DataRow("30000000", "78")]
    [DataRow("0", "77")]
    [DataRow("-5", "77")]
    [DataRow("soon", "77")]
    [DataRow("9223372036854775807", "77")]
    public void What_is_no_watchdog_interval_is_none(string? microseconds, string? pid) =>
        Assert.IsNull(WatchdogInterval.Parse(microseconds, pid, 77));

    [TestMethod]
    public void Listening_descriptors_are_read_with_their_names()
    {
        CollectionAssert.AreEqual(
            new[] { new ListenDescriptor(3, "api"), new ListenDescriptor(4, "unknown"), new ListenDescriptor(5, "unknown") },
            ListenDescriptors.Parse("77", "3", "api:", 77).ToList());
    }

    [TestMethod]
    [DataRow(null, "1")]
    [DataRow("78", "1")]
    [DataRow("77", null)]
    [DataRow("77", "-1")]
    [DataRow("77", "100000")]
    [DataRow("77", "x")]
    public void Descriptors_that_are_not_ours_are_left_alone(string? pid, string? count) =>
        Assert.IsEmpty(ListenDescriptors.Parse(pid, count, null, 77));

    private string Heard()
    {
        var buffer = new byte[1000];
        return Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer));
    }
}
