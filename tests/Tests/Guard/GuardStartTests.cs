using NodeAgent.Guard.Devices;
using NodeAgent.Guard.Serving;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Guard;

[TestClass]
public sealed class GuardStartTests
{
    [TestMethod]
    public void Every_error_of_the_command_line_is_named_at_once()
    {
        var options = GuardOptions.Parse(["--timeout", "0", "--socket", "relative", "--what", "x", "--user"]);

        CollectionAssert.AreEqual(
            new[]
            {
                "--timeout must be a whole number from 1 to 3600, not '0'",
                "--socket must be a path from the root, of at most 107 characters, not 'relative'",
                "there is no option '--what'",
                "--user needs a value",
            },
            options.Errors);
    }

    [TestMethod]
    public void A_good_command_line_is_taken()
    {
        var options = GuardOptions.Parse(["--device", "auto", "--timeout", "2", "--longest-lease", "60", "--user", "1000", "--stand-in-reset", "/p"]);

        Assert.IsEmpty(options.Errors);
        Assert.AreEqual("/p", options.StandInReset);
        Assert.AreEqual(("auto", 2, 60, 1000u), (options.Device, options.Timeout, options.LongestLease, options.User));
    }

    /// <summary>This test runs as root on somebody's machine: what it makes must not reach the kernel.</summary>
    [TestMethod]
    public void A_stand_in_has_no_way_to_reset_a_machine()
    {
        using var folder = new TempFolder();
        using var device = new StandInPipe(folder["device"]);
        var alone = new LastResort(folder["device"], "/proc/sysrq-trigger");
        var standIn = new StandInDevice(folder["device"]);
        Assert.IsTrue(standIn.Attest(2));

        Assert.IsFalse(alone.IsOpen);
        Assert.IsFalse(alone.Serves(standIn));
        Assert.IsTrue(new LastResort(folder["device"], folder["device"]).Serves(standIn));
    }

    [TestMethod]
    public void Only_a_device_that_is_known_to_be_hardware_has_a_last_resort()
    {
        Assert.IsFalse(new KernelDevice("/nowhere/watchdog0").IsHardware);
        var multiplexer = new MultiplexerDevice("/run/watchdog-mux.sock", "/nowhere/watchdog0");
        _ = multiplexer.Attest(0);
        Assert.IsFalse(multiplexer.IsHardware, "what it feeds is not known");
    }

    [TestMethod]
    public void Descriptors_come_from_systemd_or_from_the_program_before()
    {
        var variables = new Dictionary<string, string>
        {
            ["LISTEN_PID"] = "77", ["LISTEN_FDS"] = "2", ["LISTEN_FDNAMES"] = "state:device", [Inheritance.Variable] = "state=9:socket=12",
        };

        var mine = Inheritance.Read(77, variables.GetValueOrDefault);
        var another = Inheritance.Read(78, variables.GetValueOrDefault);

        Assert.AreEqual((9, 4, 12), (mine.State, mine.Device, mine.Socket));
        Assert.AreEqual((9, -1, 12), (another.State, another.Device, another.Socket));
    }
}
