using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using NodeAgent.Daemon.Logging;
using NodeAgent.Linux.Systemd;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Logging;

[TestClass]
public sealed class JournalLogTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Socket journald = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly JournalLogs logs;

    public JournalLogTests()
    {
        journald.Bind(new UnixDomainSocketEndPoint(folder["journal"]));
        journald.ReceiveTimeout = 5000;
        logs = new JournalLogs(new JournalSocket(folder["journal"]));
    }

    public void Dispose()
    {
        logs.Dispose();
        journald.Dispose();
        folder.Dispose();
    }

    [TestMethod]
    public void Each_value_of_a_line_is_a_field()
    {
        logs.CreateLogger("NodeAgent.Loop").LogWarning("{Unit} is {Seconds} s behind", "zfs:tank/db", 12.5);
        CollectionAssert.AreEqual(
            new[]
            {
                "MESSAGE=zfs:tank/db is 12.5 s behind", "PRIORITY=4", "SYSLOG_IDENTIFIER=nodeagent", "NODEAGENT_CATEGORY=NodeAgent.Loop",
                "NODEAGENT_UNIT=zfs:tank/db", "NODEAGENT_SECONDS=12.5", "NODEAGENT_TEMPLATE={Unit} is {Seconds} s behind", "",
            },
            Heard().Split('\n'));
    }

    [TestMethod]
    public void An_exception_is_told_whole()
    {
        logs.CreateLogger("x").LogCritical(new InvalidOperationException("it broke"), "a part failed");
        var heard = Heard();
        StringAssert.Contains(heard, "a part failed\nSystem.InvalidOperationException: it broke");
        StringAssert.Contains(heard, "PRIORITY=2\n");
        StringAssert.Contains(heard, "NODEAGENT_EXCEPTION=System.InvalidOperationException\n");
    }

    [TestMethod]
    public void A_journal_that_takes_nothing_holds_nobody_up_and_what_was_lost_is_told_later()
    {
        var log = logs.CreateLogger("x");
        for (var i = 0; i < 20_000; i++)
        {
            log.LogInformation("line {Number}", i);
        }

        var taken = 0;
        while (journald.Available > 0)
        {
            StringAssert.Contains(Heard(), $"MESSAGE=line {taken}\n");
            taken++;
        }

        Assert.IsInRange(1, 19_999, taken);
        log.LogInformation("goes on");
        StringAssert.Contains(Heard(), "MESSAGE=goes on");
        StringAssert.Contains(Heard(), $"MESSAGE={20_000 - taken} lines before this one are lost");
    }

    [TestMethod]
    [DataRow(null, "socket:[5]")]
    [DataRow("9:5", "socket:[6]")]
    [DataRow("9:5", "/dev/pts/0")]
    [DataRow("5", "socket:[5]")]
    [DataRow("9:5", null)]
    public void Who_was_given_another_output_writes_to_that_one(string? stream, string? output) => Assert.IsFalse(JournalSocket.IsOurs(stream, output));

    private string Heard()
    {
        var buffer = new byte[64 * 1024];
        return Encoding.UTF8.GetString(buffer, 0, journald.Receive(buffer));
    }
}
