using NodeAgent.Contract;
using NodeAgent.Linux.Bus;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Linux.Bus;

namespace NodeAgent.Tests.Linux.Services;

[TestClass]
[DoNotParallelize]
public sealed class SystemdPartTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [TestMethod]
    public async Task A_real_unit_is_a_part_that_starts_freezes_fails_and_stops()
    {
        if (BootedSystemd.Missing is { } missing)
        {
            Assert.Inconclusive(missing);
        }

        var booted = await BootedSystemd.BootAsync();
        if (!booted.IsOk)
        {
            Assert.Inconclusive(booted.Fault.ToString());
        }

        await using var machine = booted.Value;
        machine.Unit("sleeper.service", "[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/sleep 1000\n");
        machine.Unit("broken.service", "[Unit]\nDefaultDependencies=no\nStartLimitBurst=1\nStartLimitIntervalSec=1h\n[Service]\nType=notify\nExecStart=/bin/false\n");
        using var bus = new SystemBus(TimeProvider.System, machine.Address);
        var units = new SystemdUnits(bus);
        var part = new SystemdPart(units, "sleeper.service");
        await SeesAsync(part, PartCondition.Stopped);
        Ok(await part.StartAsync(PartStart.Ordinary, Long, default));
        await SeesAsync(part, PartCondition.Running);
        Ok(await part.FreezeAsync(Long, default));
        await SeesAsync(part, PartCondition.Frozen);
        Ok(await part.ThawAsync(Long, default));
        Ok(await part.StopAsync(StopManner.Orderly, Long, default));
        await SeesAsync(part, PartCondition.Stopped);

        var broken = new SystemdPart(units, "broken.service");
        for (var round = 0; round < 3; round++)
        {
            var fault = (await broken.StartAsync(PartStart.Ordinary, Long, default)).Fault!;
            Assert.AreEqual("failed", fault.Facts["jobResult"], fault.ToString());
        }

        await SeesAsync(broken, PartCondition.Failed);
        Ok(await broken.StopAsync(StopManner.Kill, Long, default));
    }

    [TestMethod]
    public async Task Without_a_bus_nothing_is_known_and_nothing_is_stopped()
    {
        using var bus = new SystemBus(TimeProvider.System, "unix:path=/nonexistent/socket");
        var part = new SystemdPart(new SystemdUnits(bus), "sleeper.service");
        await SeesAsync(part, PartCondition.Unknown);
        var fault = (await part.StopAsync(StopManner.Kill, TimeSpan.FromMilliseconds(300), default)).Fault!;
        StringAssert.Contains(fault.What, "did not stop");
    }

    private static void Ok(Outcome outcome) => Assert.IsTrue(outcome.IsOk, outcome.Fault?.ToString());

    private static async Task SeesAsync(SystemdPart part, PartCondition condition)
    {
        var sight = await part.MonitorAsync(Long, default);
        Assert.AreEqual(condition, sight.Condition, sight.Reason);
    }
}
