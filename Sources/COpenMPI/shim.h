#pragma once
#include <mpi.h>

// MPI's constants are macros that Swift does not see. All functions return whether they succeeded.

static inline int autoguide_mpi_start(int *rank, int *count) {
  int level = 0;
  return MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level) == MPI_SUCCESS &&
         level >= MPI_THREAD_SERIALIZED && MPI_Comm_rank(MPI_COMM_WORLD, rank) == MPI_SUCCESS &&
         MPI_Comm_size(MPI_COMM_WORLD, count) == MPI_SUCCESS;
}

static inline int autoguide_mpi_end(void) { return MPI_Finalize() == MPI_SUCCESS; }

static inline int autoguide_mpi_barrier(void) {
  return MPI_Barrier(MPI_COMM_WORLD) == MPI_SUCCESS;
}

static inline int autoguide_mpi_send(const void *bytes, int count, int rank, int tag) {
  return MPI_Send(bytes, count, MPI_BYTE, rank, tag, MPI_COMM_WORLD) == MPI_SUCCESS;
}

static inline int autoguide_mpi_receive(void *bytes, int count, int rank, int tag) {
  return MPI_Recv(bytes, count, MPI_BYTE, rank, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE) ==
         MPI_SUCCESS;
}

// Whether a message of this tag waits, and whose; from any rank if *rank is negative.
static inline int autoguide_mpi_probe(int *rank, int tag, int *waits) {
  MPI_Status status;
  int source = *rank < 0 ? MPI_ANY_SOURCE : *rank;
  if (MPI_Iprobe(source, tag, MPI_COMM_WORLD, waits, &status) != MPI_SUCCESS) return 0;
  if (*waits) *rank = status.MPI_SOURCE;
  return 1;
}
