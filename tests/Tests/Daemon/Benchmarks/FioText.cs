using System.Globalization;

namespace NodeAgent.Tests.Daemon.Benchmarks;

/// <summary>What fio 3.33 prints, cut down to what is there of every job.</summary>
internal static class FioText
{
    public static string Of(string job, double iops = 1000, int error = 0, long count = 100) =>
        string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "fio version" : "fio-3.33",
          "jobs" : [
            {
              "jobname" : "{{job}}",
              "error" : {{error}},
              "read" : {{Part(iops, count)}},
              "write" : {{Part(iops, count)}},
              "sync" : { "total_ios" : {{count}}, "lat_ns" : {{Spans(2_000_000, count)}} }
            }
          ],
          "disk_util" : []
        }
        """);

    private static string Part(double iops, long count) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{ "iops" : {{iops:0.000000}}, "bw_bytes" : {{iops * 4096:0}}, "clat_ns" : {{Spans(1_000_000, count)}} }""");

    private static string Spans(long median, long count) =>
        $$"""{ "min" : 1, "max" : {{median * 9}}, "N" : {{count}}, "percentile" : { "50.000000" : {{median}}, "95.000000" : {{median * 2}}, "99.000000" : {{median * 3}}, "99.900000" : {{median * 4}} } }""";
}
