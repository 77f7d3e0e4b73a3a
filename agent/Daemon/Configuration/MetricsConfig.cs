using System.Net;

namespace NodeAgent.Daemon.Configuration;

/// <summary>What Prometheus reads.</summary>
/// <param name="Listen">Where; null if switched off.</param>
internal sealed record MetricsConfig(IPEndPoint? Listen);
